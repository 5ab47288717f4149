export { createSnsSender } from './sender.ts';
