package desk

import (
	"fmt"
	"time"

	"zoufang"
	"zoufang/server/catalog"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// Config is what a desk works on.
type Config struct {
	Records  storage.Records
	Accounts storage.Accounts
	Upkeep   storage.Upkeep // whose clock says what had come when a page was made
	Audit    storage.Audit  // the account log
	Lists    *catalog.Catalog
	Now      func() time.Time
}

// Desk reads and decides on a store.
type Desk struct {
	Config

	asked map[string]string // questions by id, see reader.label
	*remembered

	made *Made  // see Noting
	page string // likewise
	from string // the network address that asks, see From
}

// remembered is what a desk need not find out again; those of Noting share it.
type remembered struct {
	alarming intake.Alarming
	harms    harms
	opened   openings
	readings readings
}

// New makes a desk. It fails where the shipped forms cannot be read.
func New(cfg Config) (*Desk, error) {
	asked, err := asked()
	if err != nil {
		return nil, fmt.Errorf("the shipped forms: %w", err)
	}
	return &Desk{Config: cfg, asked: asked, remembered: &remembered{}}, nil
}

// Who may see what: readers see records of their areas, reviewers decide of them.
var (
	Readers   = []zoufang.Role{zoufang.Township, zoufang.County, zoufang.Auditor}
	Reviewers = []zoufang.Role{zoufang.Township, zoufang.County}
	Everyone  = []zoufang.Role{zoufang.Township, zoufang.County, zoufang.Auditor, zoufang.Admin}
)
