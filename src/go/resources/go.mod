module go.dagstack.dev/resources

go 1.24

require (
	go.dagstack.dev/conformance v0.0.0
	go.dagstack.dev/contracts v0.0.0
)

replace (
	go.dagstack.dev/conformance => ../conformance
	go.dagstack.dev/contracts => ../../../generated/go
)
