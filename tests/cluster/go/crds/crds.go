// Package crds is the Go types that controller-gen makes the definitions of.
package crds

import _ "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
