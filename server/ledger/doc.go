// Package ledger owns exports and imports as jobs (导出、导入): work that outlives the
// request that asked for it, goes on at any copy of the program after another was
// killed, and lies nowhere in the clear while it does.
//
// An export goes through three steps, each of which leaves in the store how far it came:
// it finds its records, by the catalog's order, and keeps their ids; it looks which
// questions their answers are to; and it writes rows. What it wrote lies there in sealed
// parts of about a MiB, each stored in one step with the cursor behind it, so that a job
// is taken up at a row and nothing is written twice. Media of a ZIP are not copied: a
// part names them, and whoever downloads is sent them from where they are.
//
// Rights, masks and words are the desk's; this room knows rows of cells and bytes.
package ledger
