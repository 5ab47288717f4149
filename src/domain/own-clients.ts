/** The application that our own `/account` is to the engine; nobody else can have this id. */
export const ACCOUNT_CLIENT_ID = 'countersign-account';

/** The application that our own console `/admin` is to the engine; nobody else can have this id. */
export const CONSOLE_CLIENT_ID = 'countersign-admin';

/** True for the applications that this server itself is to the engine. */
export const isOwnClient = (id: string): boolean => id === ACCOUNT_CLIENT_ID || id === CONSOLE_CLIENT_ID;
