package api

import (
	"bytes"
	"context"
	"errors"
	"mime"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/problem"
	"zoufang/internal/tokens"
	"zoufang/server/desk"
	"zoufang/storage"
)

// caller is who asks, with what they may do here and now.
type caller struct {
	user  *zoufang.User  // as they are now, with the areas of the token
	token *storage.Token // nil at the console
	key   string         // what they are counted by
	may   desk.Limits
	from  string // the network address
	query url.Values
	body  []byte // as sent
	c     *fiber.Ctx
}

type callerKey struct{}

func callerOf(ctx context.Context) *caller { return ctx.Value(callerKey{}).(*caller) }

// enter lets in who may ask by a route's line, and then reads the body.
func (a *API) enter(r *Route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		r.announce(c)
		who, err := a.caller(c)
		if err != nil {
			return err
		}
		if err := r.allows(who); err != nil {
			return err
		}
		if who.token == nil && r.Method != fiber.MethodGet && !a.cfg.Ours(c) {
			return problem.Of(problem.Origin)
		}
		leave, err := a.count(who)
		if err != nil {
			return err
		}
		defer leave()
		if who.query, err = r.parameters(c); err != nil {
			return err
		}
		if err := fiberapp.Known(c, string(who.user.ID)); err != nil {
			return err
		}
		if r.Method == fiber.MethodPost {
			if who.body, err = r.read(c); err != nil {
				return err
			}
			done, err := a.alone(c.UserContext(), who, c.Get(keyHeader))
			if err != nil {
				return err
			}
			defer done()
		}
		c.SetUserContext(context.WithValue(c.UserContext(), callerKey{}, who))
		return c.Next()
	}
}

// caller finds who asks: by a token, else by the console's sign-in.
func (a *API) caller(c *fiber.Ctx) (*caller, error) {
	who := &caller{from: strings.Clone(fiberapp.Address(c)), c: c}
	header := c.Get(fiber.HeaderAuthorization)
	if header == "" {
		u, err := a.cfg.Who(c)
		if err != nil {
			return nil, err
		}
		if u == nil {
			return nil, problem.Of(problem.Token)
		}
		who.user, who.key = u, "user "+string(u.ID)
		return who, nil
	}
	scheme, token, _ := strings.Cut(header, " ")
	id, ok := tokens.IsAccess(strings.TrimSpace(token))
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return nil, problem.Of(problem.Token)
	}
	t, u, err := a.cfg.Accounts.Token(c.UserContext(), id)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, problem.Of(problem.Token)
	}
	if err != nil {
		return nil, err
	}
	now := a.cfg.Now()
	if !tokens.Opens(strings.TrimSpace(token), t, u, now.UnixMilli()) {
		return nil, problem.Of(problem.Token)
	}
	who.token, who.key = t, "token "+t.ID
	who.user = desk.Within(u, t.Areas)
	who.may = desk.Limits{Kinds: t.Kinds, Areas: len(t.Areas) > 0}
	return who, a.used(c.UserContext(), who)
}

// used notes the use of a token, and tells the first of a day.
func (a *API) used(ctx context.Context, who *caller) error {
	now, t := a.cfg.Now(), who.token
	if now.UnixMilli() < t.Used+storage.UsedExact {
		return nil
	}
	var tell []storage.Tell
	if zoufang.Day(now) != zoufang.Day(timeOf(t.Used)) {
		told := storage.NewAudited(now, zoufang.AuditTokenUsed, who.user.ID, who.from)
		told.Field = t.ID
		tell = append(tell, told.About)
	}
	return a.cfg.Accounts.UseToken(ctx, t.ID, now.UnixMilli(), tell...)
}

// allows holds a caller to the route's line: the role, and what the token is for.
func (r *Route) allows(who *caller) error {
	switch {
	case r.Roles != nil && !slices.Contains(r.Roles, who.user.Role),
		r.Writes && who.token != nil && who.token.Read,
		r.Kind != "" && len(who.may.Kinds) > 0 && !slices.Contains(who.may.Kinds, r.Kind),
		r.AllKinds && len(who.may.Kinds) > 0:
		return problem.Of(problem.Right)
	}
	return nil
}

// announce tells of a route that goes.
func (r *Route) announce(c *fiber.Ctx) {
	if r.Deprecated != "" {
		c.Set("Deprecation", r.Deprecated)
	}
	if r.Sunset != "" {
		c.Set("Sunset", r.Sunset)
	}
}

// parameters reads the query and holds it to those of the route: known ones, none of
// them empty, and each once unless it is a list. huma would take an empty one for an
// absent one, and fails over an address that is none.
func (r *Route) parameters(c *fiber.Ctx) (url.Values, error) {
	u, err := url.ParseRequestURI(string(c.Request().RequestURI()))
	if err != nil {
		return nil, problem.Of(problem.Parameter)
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil || strings.Contains(u.RawQuery, ";") {
		return nil, problem.Of(problem.Parameter)
	}
	for name, values := range query {
		list, known := r.lists[name]
		if !known || !list && len(values) > 1 || len(values) > maxValues {
			return nil, problem.Of(problem.Parameter)
		}
		for _, v := range values {
			if v == "" || !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				return nil, problem.Of(problem.Parameter)
			}
		}
	}
	return query, nil
}

// maxValues bounds the values of one parameter.
const maxValues = 100

// read reads the body, within the route's bound, and gives it to huma.
func (r *Route) read(c *fiber.Ctx) ([]byte, error) {
	kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if !r.Bare && (err != nil || kind != r.media()) || c.Get(fiber.HeaderContentEncoding) != "" {
		return nil, problem.Of(problem.Type)
	}
	body, err := fiberapp.Whole(c, r.Body)
	if err != nil {
		return nil, err
	}
	c.Request().SetBodyStream(bytes.NewReader(body), len(body))
	return body, nil
}
