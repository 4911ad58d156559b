import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';

export interface Certificate {
  readonly pem: string;
  readonly keyPem: string;
}

export interface CertificateOptions {
  /** A DNS name or an IPv4 address. */
  readonly host: string;
  readonly authority: Authority;
  readonly notAfter?: Date;
}

export interface Authority extends Certificate {
  readonly name: string;
  readonly key: KeyObject;
}

const DAY_MS = 86_400_000;

/** A certificate authority that nobody trusts unless told to. */
export function createAuthority(name: string): Authority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = { subject: name, issuer: name, publicKey, notAfter: in30Days(), extensions: [basicConstraints(true)] };
  return { name, key: privateKey, pem: sealed(body, privateKey), keyPem: pemOf(privateKey) };
}

/** The certificate of a server, of one host, signed by an authority. */
export function createCertificate({ host, authority, notAfter = in30Days() }: CertificateOptions): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const extensions = [basicConstraints(false), alternativeName(host)];
  const body = { subject: host, issuer: authority.name, publicKey, notAfter, extensions };
  return { pem: sealed(body, authority.key), keyPem: pemOf(privateKey) };
}

interface Body {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly notAfter: Date;
  readonly extensions: readonly Buffer[];
}

let serial = 0;

/** X.509 in DER, as RFC 5280 has it, and signed. */
function sealed({ subject, issuer, publicKey, notAfter, extensions }: Body, key: KeyObject): string {
  serial += 1;
  const notBefore = new Date(Math.min(Date.now(), notAfter.getTime()) - DAY_MS);
  const body = sequence(
    tagged(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([serial])),
    sequence(ECDSA_WITH_SHA256),
    nameOf(issuer),
    sequence(time(notBefore), time(notAfter)),
    nameOf(subject),
    publicKey.export({ format: 'der', type: 'spki' }),
    tagged(0xa3, sequence(...extensions)),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, key)]));
  return new X509Certificate(sequence(body, sequence(ECDSA_WITH_SHA256), signature)).toString();
}

const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const BASIC_CONSTRAINTS = Buffer.from('0603551d13', 'hex');
const ALTERNATIVE_NAME = Buffer.from('0603551d11', 'hex');
const TRUE = Buffer.from('0101ff', 'hex');

function basicConstraints(isAuthority: boolean): Buffer {
  return sequence(BASIC_CONSTRAINTS, TRUE, der(0x04, sequence(...(isAuthority ? [TRUE] : []))));
}

function alternativeName(host: string): Buffer {
  const isAddress = /^[\d.]+$/.test(host);
  const name = isAddress ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host));
  return sequence(ALTERNATIVE_NAME, der(0x04, sequence(name)));
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(commonName)))));
}

function time(date: Date): Buffer {
  return der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function tagged(tag: number, content: Buffer): Buffer {
  return der(tag, content);
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const lengthBytes = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
}

function pemOf(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }).toString();
}

function in30Days(): Date {
  return new Date(Date.now() + 30 * DAY_MS);
}
