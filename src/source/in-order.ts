type Step = () => void | Promise<void>;

/** Passes on what is ready at different times in the order in which it was added. */
export interface InOrder {
  /**
   * Runs a step once all before it are done: at once, if they are. After a step that failed none is run any more; `drop`
   * is called in its place.
   */
  add(step: Step, drop?: () => void): void;
  /** Throws the first failure, if there was one. */
  throwIfFailed(): void;
  /** Resolves when every step is done or dropped. Rejects with the first failure. */
  end(): Promise<void>;
}

export function createInOrder(): InOrder {
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;

  async function run(step: Step, drop?: () => void): Promise<void> {
    try {
      if (failure === undefined) await step();
      else drop?.();
    } catch (error) {
      failure ??= { error };
      drop?.();
    }
  }

  function throwIfFailed(): void {
    if (failure !== undefined) throw failure.error;
  }

  return {
    add(step, drop) {
      waiting += 1;
      // Without anything to wait for, a step runs before this returns, up to its own first wait.
      const running = waiting === 1 ? run(step, drop) : last.then(() => run(step, drop));
      last = running.finally(() => {
        waiting -= 1;
      });
    },
    throwIfFailed,
    async end() {
      await last;
      throwIfFailed();
    },
  };
}
