package api

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/server/desk"
	"zoufang/server/ledger"
)

// Problem is what a reply says that is none, as the document tells it. internal/problem
// writes it.
type Problem struct {
	Title  string `json:"title" doc:"What people read."`
	Status int    `json:"status"`
	Detail string `json:"detail" doc:"What programmers read."`
	Code   string `json:"code" doc:"A stable word."`
	Rule   string `json:"rule,omitempty" doc:"Which rule forbids it, by its stable word."`
}

// GetStatus, Error and ContentType make a Problem what huma takes for an error.
func (p *Problem) GetStatus() int            { return p.Status }
func (p *Problem) Error() string             { return p.Code }
func (p *Problem) ContentType(string) string { return problem.MediaType }

type failedKey struct{}

var once sync.Once

// answerProblems has huma hand on what it refuses, whose bodies would echo what was
// sent. It knows no other place for that than these two variables of its own.
func answerProblems() {
	once.Do(func() {
		huma.NewError = func(status int, _ string, _ ...error) huma.StatusError { return &Problem{Status: status} }
		huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
			c := humafiber.Unwrap(ctx)
			if c.Locals(failedKey{}) == nil {
				c.Locals(failedKey{}, refusedBy(status, errs))
			}
			return &Problem{Status: status}
		}
	})
}

// refusedBy says what huma found wrong: a parameter or the body.
func refusedBy(status int, errs []error) error {
	for _, err := range errs {
		var d huma.ErrorDetailer
		if errors.As(err, &d) && !strings.HasPrefix(d.ErrorDetail().Location, "body") && d.ErrorDetail().Location != "" {
			return problem.Of(problem.Parameter)
		}
	}
	switch status {
	case http.StatusRequestEntityTooLarge:
		return problem.Of(problem.TooLarge)
	case http.StatusUnsupportedMediaType:
		return problem.Of(problem.Type)
	case http.StatusInternalServerError:
		return problem.Of(problem.Internal).Because(errors.Join(errs...))
	}
	return problem.Of(problem.Body)
}

// outcome runs a handler of huma's and hands on what did not come about, to the place
// where the house's errors become replies.
func outcome(h fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := h(c); err != nil {
			return err
		}
		if failed, ok := c.Locals(failedKey{}).(error); ok {
			return failed
		}
		return nil
	}
}

// refusals are the problems of what a desk refuses.
var refusals = map[desk.Code]problem.Code{
	desk.NotFound: problem.NotFound, desk.Guarded: problem.NotFound, desk.Changed: problem.Changed, desk.LateState: problem.State,
	desk.NoRight: problem.Right, desk.Broken: problem.Rule, desk.NoChoice: problem.Choice, desk.Decided: problem.Decided, desk.Own: problem.Own,
	desk.NotSo: problem.NotSo, desk.Reason: problem.Reason, desk.Comment: problem.Comment, desk.Comments: problem.Comment,
	desk.Field: problem.Field, desk.Device: problem.Device, desk.Foreign: problem.Receipt,
}

// jobRefusals are the problems of what a ledger refuses.
var jobRefusals = map[ledger.Code]problem.Code{
	ledger.Format: problem.Parameter, ledger.Filter: problem.Parameter, ledger.Many: problem.SlowDown, ledger.Large: problem.TooLarge, ledger.Right: problem.Right,
	ledger.Gone: problem.NotFound, ledger.Pending: problem.State, ledger.NotSo: problem.NotSo, ledger.Faults: problem.NotSo,
}

// problemOf gives the problem of what a handler returns.
func problemOf(err error) error {
	var r *desk.Refusal
	switch {
	case errors.As(err, &r):
		if code, ok := refusals[r.Code]; ok {
			return problem.Of(code).Under(string(r.Parts.Rule))
		}
	case ledger.CodeOf(err) != "":
		return problem.Of(jobRefusals[ledger.CodeOf(err)])
	case errors.Is(err, zoufang.ErrDay):
		return problem.Of(problem.Parameter)
	}
	return err
}

// parameter turns a refusal of a facet, a value or a place into one of the parameter
// it came in.
func parameter(err error) error {
	if desk.Refused(err, desk.Field) {
		return problem.Of(problem.Parameter)
	}
	return err
}

// problems are the answers of a route that are none.
func (a *API) problems(r *Route) map[string]*huma.Response {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(typeOf[Problem](), true, "Problem")
	statuses := []int{400, 401, 403, 404, 405, 408, 429, 431, 500, 503}
	if r.Method == fiber.MethodPost {
		statuses = append(statuses, 409, 413, 415)
	}
	if r.Streams {
		statuses = append(statuses, 416)
	}
	out := map[string]*huma.Response{}
	for _, status := range statuses {
		out[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status), Content: map[string]*huma.MediaType{problem.MediaType: {Schema: schema}}}
	}
	if r.Marked {
		out["304"] = &huma.Response{Description: "As If-None-Match has it."}
	}
	return out
}
