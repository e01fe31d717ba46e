module go.dagstack.dev/resources/s3

go 1.24

require (
	go.dagstack.dev/contracts v0.0.0
	go.dagstack.dev/resources v0.0.0
)

replace (
	go.dagstack.dev/contracts => ../../../../generated/go
	go.dagstack.dev/resources => ..
)
