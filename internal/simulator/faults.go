package simulator

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
)

// Faults are the knobs of everything that goes wrong between Meta and a
// business. The zero value is a Meta on its best day. Shares are between 0
// and 1.
type Faults struct {
	// Form is how webhook bytes are written: "plain" is compact UTF-8,
	// "escaped" is ASCII with \uXXXX and \/, anything else alternates.
	Form string `json:"form"`
	// Duplicates is the share of webhooks that are delivered twice.
	Duplicates float64 `json:"duplicates"`
	// Reorder is the share of updates that are held back for ReorderMS (0
	// means 300) while later ones overtake them.
	Reorder   float64 `json:"reorder"`
	ReorderMS int     `json:"reorder_ms"`
	// Batch joins up to so many updates in one POST, waiting up to BatchMS (0
	// means 200) for them. 0 and 1 send each alone.
	Batch   int `json:"batch"`
	BatchMS int `json:"batch_ms"`
	// WebhookMS delays every update.
	WebhookMS int `json:"webhook_ms"`

	// GraphMS delays every Graph answer.
	GraphMS int `json:"graph_ms"`
	// GraphError refuses sends with an error code; nothing is accepted.
	GraphError CodeFault `json:"graph_error"`
	// GraphAnswer spoils the answer of sends; see the Answer constants.
	GraphAnswer AnswerFault `json:"graph_answer"`
	// RedirectTo is where AnswerRedirect points.
	RedirectTo string `json:"redirect_to"`
	// Throughput is the messages per second a number may send; 0 is no limit.
	Throughput int `json:"throughput"`
	// PairOff switches the limit of one message per six seconds and person off.
	PairOff bool `json:"pair_off"`

	// Failure accepts a message and reports it as failed with a code.
	Failure CodeFault `json:"failure"`
	// Window overrides the 24-hour window: "open" or "closed". WindowSync
	// refuses at once what Meta otherwise accepts and fails later.
	Window     string `json:"window"`
	WindowSync bool   `json:"window_sync"`
	// StatusMS is the pause before each of sent, delivered and read.
	StatusMS int `json:"status_ms"`
	// NoStatuses sends none; DropDelivered leaves delivered out and
	// StatusFirst lets sent arrive before Graph has answered.
	NoStatuses    bool `json:"no_statuses"`
	DropDelivered bool `json:"drop_delivered"`
	StatusFirst   bool `json:"status_first"`
	// Unread keeps people from reading, so that delivered is the last status.
	Unread bool `json:"unread"`
	// Review is what happens to new templates: "hold", "reject", anything else
	// approves them at once.
	Review string `json:"review"`
}

// Aim says which calls a fault hits: the next few, and a share of the rest.
type Aim struct {
	Next  int     `json:"next"`
	Share float64 `json:"share"`
}

// CodeFault is a fault with one of Meta's error codes.
type CodeFault struct {
	Code int `json:"code"`
	Aim
}

// AnswerFault is a fault of the answer's bytes.
type AnswerFault struct {
	Kind string `json:"kind"`
	Aim
}

// The kinds of AnswerFault. Whether the message was accepted is what a sender
// cannot know from them.
const (
	AnswerTimeout  = "timeout"  // not accepted, never answered
	AnswerHTML     = "html"     // not accepted, a 502 page of a proxy
	AnswerRedirect = "redirect" // not accepted, 302 to RedirectTo
	AnswerDrop     = "drop"     // accepted, connection cut without an answer
	AnswerError    = "error"    // accepted, 500 with code 131000
	AnswerHuge     = "huge"     // accepted, ten megabytes of answer
	AnswerStall    = "stall"    // accepted, half an answer and then silence
)

// knobs holds the current faults and the dice.
type knobs struct {
	mu    sync.Mutex
	f     Faults
	start Faults
	dice  *rand.Rand
	flip  bool
}

func newKnobs(f Faults, seed uint64) *knobs {
	return &knobs{f: f, start: f, dice: rand.New(rand.NewPCG(seed, 0x5eed))}
}

func (k *knobs) get() Faults {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.f
}

func (k *knobs) set(f Faults) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.f = f
}

// roll reports true in a share of the calls.
func (k *knobs) roll(share float64) bool {
	if share <= 0 {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.dice.Float64() < share
}

// escape tells whether the next body is written in the escaped form.
func (k *knobs) escape() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch k.f.Form {
	case "plain":
		return false
	case "escaped":
		return true
	}
	k.flip = !k.flip
	return k.flip
}

// sendFaults takes this send's share of the three aimed faults. Zero values
// mean that nothing goes wrong.
func (k *knobs) sendFaults() (code int, answer string, failure int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.hit(&k.f.GraphError.Aim) {
		return k.f.GraphError.Code, "", 0
	}
	if k.hit(&k.f.GraphAnswer.Aim) {
		answer = k.f.GraphAnswer.Kind
	}
	if k.hit(&k.f.Failure.Aim) {
		failure = k.f.Failure.Code
	}
	return 0, answer, failure
}

func (k *knobs) hit(a *Aim) bool {
	if a.Next > 0 {
		a.Next--
		return true
	}
	return a.Share > 0 && k.dice.Float64() < a.Share
}

// Faults returns the knobs as they are now; Next counts down.
func (s *Sim) Faults() Faults { return s.knobs.get() }

// SetFaults replaces all knobs.
func (s *Sim) SetFaults(f Faults) {
	s.knobs.set(f)
	s.hub.publish("faults", f)
}

func (s *Sim) getFaults(w http.ResponseWriter, _ *http.Request) { writeJSON(w, 200, s.Faults()) }

// putFaults changes the knobs that are named and leaves the others alone.
func (s *Sim) putFaults(w http.ResponseWriter, r *http.Request) {
	f := s.Faults()
	if err := readJSON(w, r, &f); err != nil {
		badRequest(w, err)
		return
	}
	if err := f.check(); err != nil {
		badRequest(w, err)
		return
	}
	s.tapedChange(r.Context(), func() { s.SetFaults(f) }, faultWords(s.Faults(), f)...)
	writeJSON(w, 200, f)
}

func (s *Sim) resetFaults(w http.ResponseWriter, r *http.Request) {
	s.tapedChange(r.Context(), func() { s.SetFaults(s.knobs.start) }, faultWords(s.Faults(), s.knobs.start)...)
	writeJSON(w, 200, s.Faults())
}

func (f Faults) check() error {
	for _, share := range []float64{f.Duplicates, f.Reorder, f.GraphError.Share, f.GraphAnswer.Share, f.Failure.Share} {
		if share < 0 || share > 1 {
			return errors.New("a share is between 0 and 1")
		}
	}
	for _, n := range []int{f.ReorderMS, f.BatchMS, f.WebhookMS, f.GraphMS, f.StatusMS, f.Throughput} {
		if n < 0 {
			return errors.New("times and limits are not negative")
		}
	}
	if f.Batch < 0 || f.Batch > maxBatch {
		return errors.New("a batch holds at most 1000 updates")
	}
	return nil
}

// maxBatch is Meta's documented limit of updates in one POST.
const maxBatch = 1000
