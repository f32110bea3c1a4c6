package simulator

import (
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/mux"
)

// order is what the demo shop knows of an order. It holds nobody's name: the
// demo flow asks for a number and shows a state.
type order struct {
	Number string `json:"number"`
	State  string `json:"state"`         // preparing, shipped or delivered
	Day    string `json:"day,omitempty"` // of delivery, as 2006-01-02
}

// shopOrder is the endpoint of the business's own shop that the demo flows
// call. It is not Meta; it lives here so that a demo needs one process.
func (s *Sim) shopOrder(w http.ResponseWriter, r *http.Request) {
	day := func(n int) string { return s.Now().Add(time.Duration(n) * 24 * time.Hour).Format(time.DateOnly) }
	number := strings.TrimPrefix(strings.ToUpper(mux.Vars(r)["number"]), "CL-")
	for _, o := range []order{
		{Number: "1041", State: "preparing"},
		{Number: "1042", State: "shipped", Day: day(2)},
		{Number: "1043", State: "delivered", Day: day(-1)},
	} {
		if o.Number == number {
			writeJSON(w, http.StatusOK, o)
			return
		}
	}
	writeJSON(w, http.StatusNotFound, map[string]string{"error": "no such order"})
}
