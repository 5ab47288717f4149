/** Administrators, resources, counts for charts, and who changed what in the audit trail. */
export const schema = `
ALTER TABLE events ADD COLUMN actor TEXT;
ALTER TABLE events ADD COLUMN object TEXT;
ALTER TABLE events ADD COLUMN changes TEXT;
CREATE INDEX events_actor ON events (actor, at, id) WHERE actor IS NOT NULL`;
