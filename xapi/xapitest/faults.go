package xapitest

import "slices"

// FaultRule is a fault as the sandbox keeps it.
type FaultRule struct {
	// ID is what RemoveFault takes. It counts from 1, anew with SetFaults.
	ID int `json:"id"`
	Fault
	// Calls is how many calls the rule was for, Worked how many of them it disturbed.
	Calls  int `json:"calls"`
	Worked int `json:"worked"`
}

// Faults returns the rules by which the sandbox misbehaves, in the order in which they are looked at.
func (s *Server) Faults() []FaultRule {
	r := s.faultsNow()
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]FaultRule, 0, len(r.rules))
	for _, rule := range r.rules {
		list = append(list, FaultRule{ID: rule.id, Fault: rule.Fault, Calls: rule.calls, Worked: rule.worked})
	}
	return list
}

// AddFaults adds rules after those that there are, which go on counting.
func (s *Server) AddFaults(faults ...Fault) error {
	for _, f := range faults {
		if err := f.check(); err != nil {
			return err
		}
	}
	defer s.news.Tell()
	r := s.faultsNow()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.add(faults)
	return nil
}

// RemoveFault takes a rule away. It returns false where there is none of that id.
func (s *Server) RemoveFault(id int) bool {
	defer s.news.Tell()
	r := s.faultsNow()
	r.mu.Lock()
	defer r.mu.Unlock()
	before := len(r.rules)
	r.rules = slices.DeleteFunc(r.rules, func(rule *faultRule) bool { return rule.id == id })
	return len(r.rules) < before
}

func (s *Server) faultsNow() *faultRules {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}
