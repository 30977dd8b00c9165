// Spreads Zoufang's collections over the shards of a cluster, and keeps each county
// on a shard of its choice. For a province; a county or a city needs one replica set.
// Run it through mongos once the program has been started on it and has made its
// collections; it may stay in use. Again does nothing new, with other ZONES it moves
// counties.
//
//   ZONES="320115=shard-1 320116=shard-2" mongosh "$ADMIN_URI" shard.js
//
// DATABASE (zoufang) names the database. Every mongod of every shard needs
// --setParameter transactionLifetimeLimitSeconds=3600, as compose.yaml says, and
// minSnapshotHistoryWindowInSeconds=3600: a backup comes to some shards late, and
// reads there what they held when it began.

const database = process.env.DATABASE || "zoufang";
const zones = (process.env.ZONES || "").split(" ").filter(Boolean).map((z) => {
  const [county, shard, more] = z.split("=");
  if (!/^[1-9][0-9]{5}$/.test(county) || !shard || more !== undefined) throw new Error(`ZONES: "${z}" is not like 320115=shard-1`);
  return { county, shard };
});

const keys = {
  // A push reads and writes rows of one area, mostly, and its head. Keyed by area,
  // both lie on the county's shard, and a feed is read from one place. By area alone:
  // the index (area, seq) is unique, and MongoDB takes a unique index only if it
  // begins with the whole shard key. An area is then never split, nor need it be.
  rows: { area: 1 },
  heads: { _id: 1 }, // the area
  // A commit's id is a hash of its bytes and is looked up without knowing where its
  // record went. So are these: spread evenly, each found on one shard.
  commits: { _id: "hashed" },
  writes: { _id: "hashed" }, // record/version: UUIDs by time, which would all go to the last range
  held: { _id: "hashed" },
  media: { _id: "hashed" }, // the digest
  // All that is known of one medium together. The id begins with the digest, so
  // that it is unique in the cluster although only each shard sees to that.
  names: { d: 1 },
};
// users, devices, codes, sessions, keys, copies and meta are small and stay on one shard.

const target = db.getSiblingDB(database);
const config = db.getSiblingDB("config");
sh.enableSharding(database);
for (const [name, key] of Object.entries(keys)) {
  // A collection with content must have the index before. The program has made those
  // that begin with the other keys.
  if (key._id === "hashed") target.getCollection(name).createIndex(key);
  sh.shardCollection(`${database}.${name}`, key);
}

// A county's areas begin with its six digits; as text they lie from those to the
// next number's. Where no zone is given, the balancer decides.
for (const { county, shard } of zones) {
  sh.addShardToZone(shard, shard);
  const next = String(Number(county) + 1);
  for (const [name, field] of [["rows", "area"], ["heads", "_id"]]) {
    const ns = `${database}.${name}`;
    const min = { [field]: county }, max = { [field]: next };
    const now = config.tags.findOne({ ns, min });
    if (now && now.tag === shard) continue;
    if (now) sh.removeRangeFromZone(ns, min, max);
    sh.updateZoneKeyRange(ns, min, max, shard);
    print(`${ns} ${county}: ${shard}`);
  }
}
