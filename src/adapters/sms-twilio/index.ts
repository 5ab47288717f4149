export { createTwilioSender } from './sender.ts';
