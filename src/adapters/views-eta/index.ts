export { loadAssets } from './assets.ts';
export { createViews } from './views.ts';
