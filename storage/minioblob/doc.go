// Package minioblob keeps media and unfinished uploads in a bucket of MinIO or
// any other S3 store, and named files (backups, the keyring) beside them:
//
//	media/ab/<digest>                  an object; ab are the digest's first two digits
//	derived/ab/<digest>/<name>         what was worked out of it and can be again
//	uploads/<id>/info                  an upload, as Create fixed it, and its life
//	uploads/<id>/<life>/<offset>       the bytes that one Append brought to that offset
//	uploads/.due/<expires>/<id>        nothing; what Expire looks through
//
// An upload's offset is where its parts, one after another from 0, end. A part
// without bytes says that the object is made: first one at the end of the parts,
// or at 0 when the whole came at once; then all are emptied. A life is drawn by
// Create, so that whatever a slow server adds to an upload that was aborted
// belongs to nothing.
//
// Nothing of this is remembered in the process: an upload goes on after a
// restart and on any copy of the server. Several copies are kept apart by
// conditional writes (If-None-Match, If-Match); Open refuses a store that does
// not know them. The lock on an upload within a process only saves a second
// request the reading of its body.
//
// The package owns these keys and the digest check at the one doorway into
// media/. It hands on [storage.Blobs], [Files] and the [Finding] list of what is
// wrong with a store; who may read what is decided elsewhere.
package minioblob
