package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

// commands is all that the program does.
var commands = []command{
	{"serve", "", "serve phones and staff until it is told to end", func(f *flag.FlagSet, c *config) {
		f.StringVar(&c.Listen, "listen", c.Listen, "`address` to listen on; :0 takes a free port")
		f.StringVar(&c.URL, "url", c.URL, "public base `address`, used in links (http://<listen>)")
		f.StringVar(&c.Proxies, "proxies", c.Proxies, "`networks` of reverse proxies to believe X-Forwarded-For of, by comma")
		f.BoolVar(&c.Demo, "demo", c.Demo, "load the demo county when the store has no areas")
		f.BoolVar(&c.Public, "demo-public", c.Public, "with --demo: let other machines reach the invented county, whose way in is printed here")
		f.StringVar(&c.BackupDir, "backup-dir", c.BackupDir, "`place` for scheduled backups, a directory or s3://BUCKET/PREFIX; none without it")
		f.DurationVar(&c.BackupEvery, "backup-every", c.BackupEvery, "how often")
		f.Int64Var(&c.CatalogMemory, "catalog-memory", c.CatalogMemory, "`MB` of memory for what lists are made from; 0: a quarter of the machine's")
		keepFlags(f, c)
		floorFlags(f, c)
	}, serve},
	{"area import", "FILE", "make the areas of a list known (CSV or XLSX with the columns 代码, 名称); again: update their names", dryFlag, areaImport},
	{"roster import", "FILE", "bring households and persons from a list (CSV or XLSX, one row a person); again: what is new", func(f *flag.FlagSet, c *config) {
		f.StringVar(&c.Area, "area", c.Area, "12-digit `code` of the village, or of a wider area where the list has a column 村")
		dryFlag(f, c)
	}, rosterImport},
	{"roster undo", "IMPORT", "take an import back, but for what people have worked with since", nil, rosterUndo},
	{"export", "KIND", "write visits, households, persons, requests or cards into a file", func(f *flag.FlagSet, c *config) {
		f.StringVar(&c.Format, "format", c.Format, "csv, xlsx, json (a row a line) or zip (photos, signatures and recordings)")
		f.StringVar(&c.Out, "out", c.Out, "the new `file`")
		f.StringVar(&c.Area, "area", c.Area, "12-digit area `code`, several by comma; each with all below it")
		f.StringVar(&c.First, "from", c.First, "the first `day` they are about, 2026-12-01")
		f.StringVar(&c.Last, "to", c.Last, "the last `day`")
		f.StringVar(&c.Filter, "filter", c.Filter, "what lists are filtered by, `like` 'state=approved&type=care'")
		f.StringVar(&c.OpenWhy, "open-why", c.OpenWhy, "have ID numbers in the clear, for a `reason` that the log keeps")
	}, exportRecords},
	{"form import", "FILE.xlsx", "publish the form of a spreadsheet (XLSForm) as a new version, unless the newest is the same; says what it left out", nil, formImport},
	{"form export", "ID FILE.xlsx", "write a form as a spreadsheet (XLSForm): by name, name@version or record", nil, formExport},
	{"user add", "", "open an account", func(f *flag.FlagSet, c *config) {
		f.StringVar(&c.Name, "name", c.Name, "the person's `name`")
		f.StringVar(&c.Role, "role", c.Role, "coordinator, worker, township, county, auditor or admin")
		f.StringVar(&c.Area, "area", c.Area, "12-digit area `code`, several by comma; each with all below it")
		f.StringVar(&c.Login, "login", c.Login, "log-in `name`, for people at a desk")
		f.BoolVar(&c.Children, "children", c.Children, "may open the files of children")
	}, userAdd},
	{"user import", "FILE", "open the accounts of a list (CSV or XLSX: 姓名, 角色, 区划, 登录名), with codes for their phones", func(f *flag.FlagSet, c *config) {
		f.IntVar(&c.Days, "days", c.Days, "how many days the codes are good")
		f.StringVar(&c.Codes, "codes", c.Codes, "new PDF `file` for slips to hand out, each with a code or a first password")
		f.StringVar(&c.URL, "url", c.URL, "public base `address` of the server (http://<listen>)")
		f.StringVar(&c.Listen, "listen", c.Listen, "`address` the server listens on, for want of --url")
		dryFlag(f, c)
	}, userImport},
	{"user list", "", "list the accounts", nil, userList},
	{"user areas", "ID", "give a person other areas", func(f *flag.FlagSet, c *config) {
		f.StringVar(&c.Area, "area", c.Area, "12-digit area `code`, several by comma; each with all below it")
	}, userAreas},
	{"user disable", "ID", "shut a person out, phones and sign-ins", nil, userDisable},
	{"user enable", "ID", "let a person in again", nil, userEnable},
	{"user password", "ID", "give a new first password; sign-ins end", nil, userPassword},
	{"enrol", "", "hand out a one-time code that makes a phone a user's", func(f *flag.FlagSet, c *config) {
		f.StringVar(&c.User, "user", c.User, "the user's `id`")
		f.IntVar(&c.Minutes, "minutes", c.Minutes, "how long the code is good")
		f.StringVar(&c.URL, "url", c.URL, "public base `address` of the server (http://<listen>)")
		f.StringVar(&c.Listen, "listen", c.Listen, "`address` the server listens on, for want of --url")
	}, enrol},
	{"device list", "", "list the phones", nil, deviceList},
	{"device revoke", "ID", "shut a phone out, at once", nil, deviceRevoke},
	{"token add", "", "hand out a token for the API that has a person's rights", func(f *flag.FlagSet, c *config) {
		f.StringVar(&c.User, "user", c.User, "the user's `id`")
		f.IntVar(&c.TokenDays, "days", c.TokenDays, "how many days it is good")
		f.BoolVar(&c.ReadOnly, "read", c.ReadOnly, "it writes nothing")
		f.StringVar(&c.Kinds, "kinds", c.Kinds, "it sees only these `kinds` of records, by comma")
		f.Func("area", "it sees only this area, a 12-digit `code`; may be given several times", func(code string) error {
			c.Area += "," + code
			return nil
		})
	}, tokenAdd},
	{"token list", "", "list the tokens for the API", nil, tokenList},
	{"token revoke", "ID", "end a token for the API, at once", nil, tokenRevoke},
	{"audit list", "", "list who signed in or tried to, what became of accounts and phones, and who opened, read or decided what", func(f *flag.FlagSet, c *config) {
		f.StringVar(&c.Since, "from", c.Since, "the first `day`, 2026-12-01")
		f.StringVar(&c.Until, "to", c.Until, "the last `day`")
		f.StringVar(&c.Kind, "kind", c.Kind, "of one `kind` alone")
		f.StringVar(&c.Who, "who", c.Who, "of one person alone, by `id`")
		f.StringVar(&c.Record, "record", c.Record, "on one record, account or held line alone, by `id`")
	}, auditList},
	{"held list", "", "list the lines that wait for a person's word", nil, heldList},
	{"held release", "ID", "have a held line judged again without regard to rights", heldFlags, heldRelease},
	{"held reject", "ID", "put a held line aside for good", heldFlags, heldReject},
	{"rescue import", "FILE", "take in what a locked or broken phone had not sent", func(f *flag.FlagSet, c *config) {
		f.BoolVar(&c.Drafts, "drafts", c.Drafts, "print what was begun and not submitted; it is stored nowhere")
	}, rescueImport},
	{"backup", "PLACE", "write everything into a file, or what is new into a directory or s3://BUCKET/PREFIX, and check it", keepFlags, backUp},
	{"restore", "PLACE", "make the content that of a backup, under a new epoch", func(f *flag.FlagSet, c *config) {
		f.StringVar(&c.Identity, "identity", c.Identity, "the `file` with the private key")
		f.StringVar(&c.Set, "set", c.Set, "which backup of a directory or bucket, by `name` (the newest)")
	}, restore},
	{"copy", "", "move from a data directory to MongoDB and S3, or back, under a new epoch", func(f *flag.FlagSet, c *config) {
		f.StringVar(&c.From, "from", c.From, "a data `directory`, or the word settings: what the environment names")
		f.StringVar(&c.To, "to", c.To, "likewise; it must be empty")
	}, copyStore},
	{"verify", "", "read the whole store and say what does not fit", nil, verifyStore},
	{"simulate", "", "let many phones work against a running server, then compare", func(f *flag.FlagSet, c *config) {
		f.StringVar(&c.URL, "url", c.URL, "base `address` of the server (http://<listen>)")
		f.StringVar(&c.Listen, "listen", c.Listen, "`address` the server listens on, for want of --url")
		f.IntVar(&c.Phones, "phones", c.Phones, "how many phones")
		f.IntVar(&c.Visits, "visits", c.Visits, "how many visits, of all phones together")
		f.Uint64Var(&c.Seed, "seed", c.Seed, "what all chance follows from")
	}, simulatePhones},
	{"keys rotate", "", "seal what comes from now on with a new key", nil, keysRotate},
	{"tokens rotate", "", "sign tokens with a new key; the old one is good for another hour", nil, tokensRotate},
	{"recovery rotate", "", "have phones make themselves recoverable by a new key; the old ones still open", nil, recoveryRotate},
	{"doctor", "", "look at what the service stands on, and say what to do", func(f *flag.FlagSet, c *config) {
		f.StringVar(&c.URL, "url", c.URL, "public base `address` (http://<listen>)")
		floorFlags(f, c)
	}, doctor},
	{"health", "", "ask the server on this machine whether it is ready", func(f *flag.FlagSet, c *config) {
		f.StringVar(&c.Listen, "listen", c.Listen, "`address` the server listens on")
	}, health},
	{"version", "", "say which version this is", nil, showVersion},
}

func keepFlags(f *flag.FlagSet, c *config) {
	f.IntVar(&c.BackupKeep, "backup-keep", c.BackupKeep, "how many are kept in a directory or bucket")
	f.StringVar(&c.BackupKey, "backup-key", c.BackupKey, "age public `key` to encrypt to; or a passphrase in ZOUFANG_BACKUP_PASSPHRASE")
}

func floorFlags(f *flag.FlagSet, c *config) {
	f.Int64Var(&c.MediaFloor, "media-floor", c.MediaFloor, "`MB` of free disk below which no new media are taken; 0: 1074, or a twentieth of a small disk")
	f.Int64Var(&c.LinesFloor, "lines-floor", c.LinesFloor, "`MB` of free disk below which lines are refused too; 0: 134, or a hundredth of a small disk")
}

func dryFlag(f *flag.FlagSet, c *config) {
	f.BoolVar(&c.DryRun, "dry-run", c.DryRun, "say what would be done, and store nothing")
}

func heldFlags(f *flag.FlagSet, c *config) {
	f.StringVar(&c.Why, "why", c.Why, "the reason, a `text` that stays with the line")
}

// find takes the command's words off the front.
func find(args []string) (*command, []string, error) {
	if len(args) == 0 {
		return nil, nil, usagef("a command is needed")
	}
	if args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		return nil, nil, errHelp
	}
	for i := range commands {
		words := strings.Fields(commands[i].name)
		if len(args) >= len(words) && strings.Join(args[:len(words)], " ") == commands[i].name {
			return &commands[i], args[len(words):], nil
		}
	}
	return nil, nil, usagef("there is no command %q", strings.Join(args[:min(2, len(args))], " "))
}

func printUsage(w io.Writer) {
	fmt.Fprintln(w, "usage: zoufang COMMAND [flags]")
	for _, c := range commands {
		name := strings.TrimSpace(c.name + " " + c.args)
		fmt.Fprintf(w, "  %-22s %s\n", name, c.about)
		if c.flags == nil {
			continue
		}
		set := flag.NewFlagSet("", flag.ContinueOnError)
		c.flags(set, &config{})
		set.VisitAll(func(f *flag.Flag) {
			value, about := flag.UnquoteUsage(f)
			fmt.Fprintf(w, "      %-24s %s\n", strings.TrimSpace("--"+f.Name+" "+value), about)
		})
	}
	fmt.Fprintln(w, "every command: --data DIRECTORY (./data); every flag also as ZOUFANG_<FLAG> in the environment")
}
