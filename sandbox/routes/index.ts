import type { Route } from '../http/route.ts';
import { v1Routes } from './v1.ts';
import { accountRoutes } from './v2-account.ts';
import { activityRoutes } from './v2-activity.ts';
import { changeRoutes } from './v2-changes.ts';
import { entityRoutes } from './v2-entities.ts';
import { fieldRoutes } from './v2-fields.ts';
import { listRoutes } from './v2-lists.ts';
import { noteRoutes } from './v2-notes.ts';

/** Every endpoint, as one table. */
export const routes: readonly Route[] = [
  ...accountRoutes,
  ...entityRoutes,
  ...fieldRoutes,
  ...listRoutes,
  ...noteRoutes,
  ...activityRoutes,
  ...changeRoutes,
  ...v1Routes,
];
