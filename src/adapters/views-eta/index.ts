export { type Asset, loadAssets } from './assets.ts';
export { createViews, type ViewsOptions } from './views.ts';
