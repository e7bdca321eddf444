"""The cluster's names and addresses: loopback, or bridges of its own."""

NETWORK = "slipway"
NODE = "node1"
NODE_BRIDGE = "slipway-node"
NODE_IP = "10.250.0.1"
POD_BRIDGE = "slipway-pods"
PODS = "10.244.0.0/24"
SERVICES = "10.96.0.0/16"
API = f"https://{NODE_IP}:6443"
API_SERVICE_IP = "10.96.0.1"
ETCD = "127.0.0.1:23790"
ETCD_PEER = "127.0.0.1:23800"
METRICS_PORT = 4443
