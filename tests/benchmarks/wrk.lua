-- Posts the file named on the command line; ends with a line of JSON to be read.
function init(arguments)
   local file = assert(io.open(arguments[1], "rb"))
   wrk.method = "POST"
   wrk.body = file:read("*a")
   wrk.headers["Content-Type"] = "application/json"
   file:close()
   request_bytes = wrk.format()
end

function request()
   return request_bytes
end

function done(summary, latency, requests)
   local failed = summary.errors
   io.write(string.format(
      '{"requests": %d, "seconds": %.6f, "p50_ms": %.4f, "p99_ms": %.4f, '
         .. '"refused": %d, "broken": %d}\n',
      summary.requests, summary.duration / 1e6,
      latency:percentile(50) / 1000, latency:percentile(99) / 1000,
      failed.status, failed.connect + failed.read + failed.write + failed.timeout))
end
