package api

import (
	"context"

	"zoufang"
)

type meAnswer struct {
	User struct {
		ID     zoufang.UserID  `json:"id"`
		Name   string          `json:"name"`
		Role   zoufang.Role    `json:"role"`
		Grants []zoufang.Grant `json:"grants" nullable:"false"`
	} `json:"user"`
	Areas  []areaAnswer `json:"areas" nullable:"false" doc:"Each with all below it; those of the token."`
	Epoch  string       `json:"epoch" doc:"Made anew by each restore."`
	Time   int64        `json:"time" doc:"Unix ms"`
	SafeAt *int64       `json:"safe_at" doc:"What was answered before this time is in a verified backup; null: nothing is."`
}

type areaAnswer struct {
	ID   zoufang.AreaID `json:"id"`
	Name string         `json:"name"`
}

func (a *API) me(ctx context.Context, who *caller, _ *struct{}) (*answer[meAnswer], error) {
	m, err := a.cfg.Desk.Me(ctx, who.user)
	if err != nil {
		return nil, err
	}
	var out meAnswer
	out.User.ID, out.User.Name, out.User.Role = who.user.ID, who.user.Name, who.user.Role
	out.User.Grants = append([]zoufang.Grant{}, who.user.Grants...)
	out.Areas = []areaAnswer{}
	for _, area := range m.Areas {
		out.Areas = append(out.Areas, areaAnswer{area.ID, area.Name})
	}
	out.Epoch, out.Time = m.Epoch, m.Time
	if m.SafeAt != 0 {
		out.SafeAt = &m.SafeAt
	}
	return answered(out), nil
}
