package simulator

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Config says who the simulator plays. The zero value of every field but the
// secrets and the numbers is usable.
type Config struct {
	// WebhookURL is where deliveries go; Connect can set it later.
	WebhookURL string
	// AppSecret signs deliveries, VerifyToken goes into the challenge and
	// AccessToken is the only bearer that the Graph server accepts.
	AppSecret, VerifyToken, AccessToken string
	// Numbers are the business's numbers; people write to the first one unless
	// told otherwise with Person.On.
	Numbers []Number
	// Account is the id of the WhatsApp Business Account.
	Account string
	// People lists who has a phone on the page; nil means the demo people.
	People []Profile
	// Templates are approved from the start.
	Templates []Template
	// BaseURL is where Handler is served; media links in webhooks need it and
	// are left out when it is empty, as Meta did before November 2025.
	BaseURL string
	// Now is the clock that the movable offset is added to. Waiting between
	// deliveries is real time whatever Now says.
	Now func() time.Time
	Log *slog.Logger
	// Client posts the webhooks; nil means one that keeps Connections alive.
	Client *http.Client
	// Connections bounds deliveries under way at once; 0 means 64.
	Connections int
	// RetryDelay is the first pause after a refused delivery; it doubles up to
	// a minute. 0 means half a second. RetryFor is the simulator's seven days,
	// after which an update is lost; 0 means an hour.
	RetryDelay, RetryFor time.Duration
	// Seed fixes every die that is rolled for the faults.
	Seed uint64
	// Faults are set at the start and come back on reset.
	Faults Faults
	// Quiet keeps no history: inboxes, calls and the page stay empty. It is for
	// load, where memory would grow with every message.
	Quiet bool
	// OnMessage is called for every message Graph accepted, before Graph
	// answers, in the caller's goroutine. It must not block.
	OnMessage func(*Person, Message)
	// Idle reports whether the business has nothing left to do, so that the
	// page's recorder knows when an act is over. nil means that it is idle once
	// every update was delivered.
	Idle func(context.Context) bool
	// Drawing returns the picture of what a person's conversation is going
	// through, as an SVG document, and its title. The page shows it beside the
	// phone; it is empty while there is nothing to show. It is called after
	// every change on that phone and must be safe for concurrent use.
	Drawing func(ctx context.Context, p Profile) (svg, title string)
}

// Number is one of the business's numbers.
type Number struct {
	ID      string `json:"id"`
	Display string `json:"display"` // digits without a plus, as Meta's webhooks write it
	Name    string `json:"name"`
}

// Sim is one simulated Meta. All methods are safe for concurrent use.
type Sim struct {
	cfg    Config
	log    *slog.Logger
	client *http.Client
	// era keeps the ids of this run apart from those of every other.
	era       string
	clock     clock
	knobs     *knobs
	people    *directory
	templates *catalog
	media     *shelf
	post      *courier
	hub       *hub
	record    *recorder
	numbers   map[string]*line
	webhook   atomic.Pointer[string]
	batch     batcher
	rawLane   lane
	ids       atomic.Uint64
	changed   bell
	tape      tape
	counts    counters
}

// line is a business number with what Meta keeps about it.
type line struct {
	Number
	unregistered atomic.Bool
	rate         rateLimit
	free         freeTier
}

// Counts is what happened since the start.
type Counts struct {
	Accepted  uint64 `json:"accepted"`  // messages Graph took
	Refused   uint64 `json:"refused"`   // Graph calls answered with an error
	Delivered uint64 `json:"delivered"` // webhooks answered 200
	Failed    uint64 `json:"failed"`    // webhook attempts that were not
	Lost      uint64 `json:"lost"`      // webhooks given up
}

type counters struct {
	accepted, refused, delivered, failed, lost atomic.Uint64
}

// New builds a simulator; nothing runs before Run.
func New(cfg Config) *Sim {
	cfg = withDefaults(cfg)
	s := &Sim{
		cfg: cfg, log: cfg.Log, client: cfg.Client,
		clock:     clock{base: cfg.Now},
		knobs:     newKnobs(cfg.Faults, cfg.Seed),
		people:    newDirectory(),
		templates: newCatalog(cfg.Templates),
		media:     newShelf(),
		post:      newCourier(),
		hub:       newHub(),
		record:    &recorder{quiet: cfg.Quiet},
		numbers:   make(map[string]*line, len(cfg.Numbers)),
		era:       strconv.FormatInt(cfg.Now().UnixNano(), 36),
	}
	for _, n := range cfg.Numbers {
		s.numbers[n.ID] = &line{Number: n}
	}
	for _, p := range cfg.People {
		s.people.add(newAccount(p), true)
	}
	s.Connect(cfg.WebhookURL)
	return s
}

func withDefaults(cfg Config) Config {
	if cfg.Account == "" {
		cfg.Account = "200000000000001"
	}
	if len(cfg.Numbers) == 0 {
		cfg.Numbers = []Number{{ID: "100000000000001", Display: "15550001234", Name: "Example Business"}}
	}
	if cfg.People == nil {
		cfg.People = demoPeople()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Connections <= 0 {
		cfg.Connections = 64
	}
	if cfg.RetryDelay <= 0 {
		cfg.RetryDelay = 500 * time.Millisecond
	}
	if cfg.RetryFor <= 0 {
		cfg.RetryFor = time.Hour
	}
	if cfg.Client == nil {
		cfg.Client = newClient(cfg.Connections)
	}
	return cfg
}

// newClient follows no redirect: Meta does not, and a signed body must not be
// carried to another address.
func newClient(connections int) *http.Client {
	return &http.Client{
		Timeout: 30 * time.Second,
		Transport: &http.Transport{
			MaxIdleConns: connections, MaxIdleConnsPerHost: connections, IdleConnTimeout: time.Minute,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Connect points the deliveries at another URL. While it is empty every
// delivery counts as refused and is tried again later.
func (s *Sim) Connect(webhookURL string) { s.webhook.Store(&webhookURL) }

// Run delivers webhooks until ctx ends, then waits for the deliveries under
// way and returns nil. What is left in the queues stays there for another Run.
func (s *Sim) Run(ctx context.Context) error {
	work := make(chan *lane)
	var workers sync.WaitGroup
	for range s.cfg.Connections {
		workers.Go(func() {
			for l := range work {
				s.serve(ctx, l)
			}
		})
	}
	s.post.dispatch(ctx, work)
	close(work)
	workers.Wait()
	s.client.CloseIdleConnections()
	return nil
}

// Counts returns the totals so far.
func (s *Sim) Counts() Counts {
	return Counts{
		Accepted: s.counts.accepted.Load(), Refused: s.counts.refused.Load(),
		Delivered: s.counts.delivered.Load(), Failed: s.counts.failed.Load(), Lost: s.counts.lost.Load(),
	}
}

// discard empties a body so that its connection can be used again. The limit
// keeps a server that answers without end from holding a worker.
func discard(body io.ReadCloser) {
	defer body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(body, 1<<20)) // only the connection is at stake
}
