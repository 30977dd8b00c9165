// Makes three empty members one replica set, and the program's user in it. Run by
// compose.yaml at each start; on a set that is there it changes nothing but the
// user's password, to what secrets/mongo-zoufang says.
//
//   mongosh "mongodb://mongo-1:27017/?directConnection=true" mongo-init.js

const fs = require("fs");
const secrets = process.env.SECRETS || "/run/secrets";
const secret = (name) => fs.readFileSync(`${secrets}/${name}`, "utf8").trim();
const members = ["mongo-1:27017", "mongo-2:27017", "mongo-3:27017"];
const root = `root:${secret("mongo-root")}`;

// The image made root on mongo-1 alone: members that join must be empty.
const first = new Mongo(`mongodb://${root}@${members[0]}/admin?directConnection=true`).getDB("admin");
try {
  first.adminCommand({ replSetGetStatus: 1 });
} catch (e) {
  if (e.codeName !== "NotYetInitialized") throw e;
  first.adminCommand({
    replSetInitiate: { _id: "zoufang", members: members.map((host, i) => ({ _id: i, host, priority: i === 0 ? 2 : 1 })) },
  });
  print("the replica set is initiated");
}

// By name of the set: the driver waits for whichever member is the primary.
const admin = new Mongo(`mongodb://${root}@${members.join(",")}/admin?replicaSet=zoufang`).getDB("admin");
const user = {
  pwd: secret("mongo-zoufang"),
  roles: [
    { role: "readWrite", db: "zoufang" },
    { role: "readWrite", db: "zoufang_restore" }, // where a backup is tried out, or taken up again
    { role: "clusterMonitor", db: "admin" }, // zoufang doctor asks how the members are
  ],
};
if (admin.getUser("zoufang")) admin.updateUser("zoufang", user);
else admin.createUser({ user: "zoufang", ...user });
print("the user zoufang is ready");
