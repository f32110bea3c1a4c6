package main

import (
	"context"
	"fmt"
	"sync"

	"aval/bot"
	"aval/internal/drawing"
	"aval/internal/simulator"
)

// drawings are the pictures beside the phones. Laying a flow out takes longer
// than a page should wait each time, so a plan is kept for each version and
// language. It is for development only.
type drawings struct {
	app   *app
	mu    sync.Mutex
	plans map[string]*drawing.Plan
}

func newDrawings(a *app) *drawings { return &drawings{app: a, plans: map[string]*drawing.Plan{}} }

// of is the flow that somebody is in, with their state lit; nothing for who is
// in none.
func (d *drawings) of(ctx context.Context, p simulator.Profile) (svg, title string) {
	name := p.BSUID
	if name == "" {
		name = "+" + p.Phone
	}
	at, err := d.app.bot.Stands(ctx, name)
	if err != nil || at.Flow == nil {
		return "", "" // nobody we know, or between two flows
	}
	plan, err := d.plan(ctx, at)
	if err != nil {
		d.app.log.Error("drawing a flow", "flow", at.Flow.ID, "err", err)
		return "", ""
	}
	title = fmt.Sprintf("%s, version %d: %s", at.Flow.ID, at.Flow.Version, at.State)
	return string(plan.SVG(drawing.Options{Lit: at.State})), title
}

func (d *drawings) plan(ctx context.Context, at bot.Standing) (*drawing.Plan, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := fmt.Sprintf("%s/%d/%s", at.Flow.ID, at.Flow.Version, at.Language)
	if plan := d.plans[key]; plan != nil {
		return plan, nil
	}
	graph := at.Flow.Graph(at.Language, func(key string, data map[string]any) string { return d.app.texts.Text(at.Language, key, data) })
	plan, err := drawing.New(ctx, graph)
	if err == nil {
		d.plans[key] = plan
	}
	return plan, err
}
