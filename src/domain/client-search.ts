import type { Client } from './client.ts';

/** What somebody typed who looks for something, and what they are looking through: case and width do not matter. */
export const searchable = (text: string): string => text.normalize('NFKC').toLowerCase();

/** What of a client a search looks through. */
export const clientNeedle = ({ id, name }: Pick<Client, 'id' | 'name'>): string => searchable(`${id}\n${name}`);
