package simulator

import (
	"net/http"

	"github.com/gorilla/mux"
)

// order is what the demo shop knows of an order. It holds nobody's name: the
// demo flow asks for a number and shows a state.
type order struct {
	Number  string `json:"number"`
	State   string `json:"state"` // packed, shipped or delivered
	Items   int    `json:"items"`
	Carrier string `json:"carrier,omitempty"`
	Expects string `json:"expected,omitempty"`
}

// shopOrder is the endpoint of the business's own shop that the demo flows
// call. It is not Meta; it lives here so that a demo needs one process.
func shopOrder(w http.ResponseWriter, r *http.Request) {
	number := mux.Vars(r)["number"]
	for _, o := range []order{
		{Number: "1001", State: "packed", Items: 2, Expects: "in three days"},
		{Number: "1002", State: "shipped", Items: 1, Carrier: "Example Post", Expects: "tomorrow"},
		{Number: "1003", State: "delivered", Items: 4, Carrier: "Example Post"},
	} {
		if o.Number == number {
			writeJSON(w, http.StatusOK, o)
			return
		}
	}
	writeJSON(w, http.StatusNotFound, map[string]string{"error": "no such order"})
}
