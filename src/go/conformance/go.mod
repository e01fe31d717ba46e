module go.dagstack.dev/conformance

go 1.24

require go.dagstack.dev/contracts v0.0.0

replace go.dagstack.dev/contracts => ../../../generated/go
