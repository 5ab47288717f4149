import { fileURLToPath } from 'node:url';

/** The `views` folder of this repository; another one may be configured in its place. */
export const VIEWS_DIRECTORY = fileURLToPath(new URL('../../../views', import.meta.url));
