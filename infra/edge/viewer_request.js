// Runs in CloudFront before a request goes on to the frontend. It tells who asks and for which site:
// what stands in these headers is CloudFront's word, whatever the client wrote into them.
// (CloudFront's own X-Forwarded-For does not survive every kind of origin.)
function handler(event) {
  var headers = event.request.headers;
  headers["x-viewer-address"] = { value: event.viewer.ip };
  headers["x-viewer-host"] = { value: headers.host.value };
  return event.request;
}
