/*
 * The health check of mongo-1, for mongosh: makes the servers named in MEMBERS a replica set, and adds those that are
 * named later. Ends with an error until there is a primary, which is when writes are taken.
 *
 * A replica set also with one member: only it has a majority to wait for, and writes that can be repeated.
 */
const members = process.env.MEMBERS.split(',');

function present() {
  try {
    return rs.conf().members.map(({ host }) => host);
  } catch (error) {
    if (error.codeName === 'NotYetInitialized') return null;
    throw error;
  }
}

const hosts = present();
if (hosts === null) {
  rs.initiate({ _id: 'rs0', members: members.map((host, _id) => ({ _id, host })) });
} else if (db.hello().isWritablePrimary) {
  // One at a time, as the servers want it: the next check adds the next one.
  const missing = members.find((host) => !hosts.includes(host));
  if (missing !== undefined) rs.add(missing);
}
if (db.hello().primary === undefined) quit(1);
