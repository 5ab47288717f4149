export { mayConnect } from './addresses.ts';
export { createOutbound } from './outbound.ts';
