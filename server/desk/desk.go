package desk

import (
	"fmt"
	"time"

	"zoufang"
	"zoufang/storage"
)

// Desk reads and decides on a store.
type Desk struct {
	Records  storage.Records
	Accounts storage.Accounts
	Upkeep   storage.Upkeep // whose clock says what had come when a page was made
	Audit    storage.Audit  // for the account log alone
	Now      func() time.Time

	asked map[string]string // questions by id, see reader.label

	made *Made  // see Noting
	page string // likewise
}

// New makes a desk. It fails where the shipped forms cannot be read.
func New(records storage.Records, accounts storage.Accounts, upkeep storage.Upkeep, now func() time.Time) (*Desk, error) {
	asked, err := asked()
	if err != nil {
		return nil, fmt.Errorf("the shipped forms: %w", err)
	}
	return &Desk{Records: records, Accounts: accounts, Upkeep: upkeep, Now: now, asked: asked}, nil
}

// Who may see what: readers see records of their areas, reviewers decide of them.
var (
	Readers   = []zoufang.Role{zoufang.Township, zoufang.County, zoufang.Auditor}
	Reviewers = []zoufang.Role{zoufang.Township, zoufang.County}
	Everyone  = []zoufang.Role{zoufang.Township, zoufang.County, zoufang.Auditor, zoufang.Admin}
)
