// Runs in CloudFront before a picture goes out. Every answer may be read by pages, and says so: a
// browser that kept the picture from an <img> without these headers would refuse it to a later
// fetch(), and a response headers policy adds them to cross-origin requests only.
function handler(event) {
  var headers = event.response.headers;
  headers["access-control-allow-origin"] = { value: "*" };
  headers["access-control-expose-headers"] = {
    value:
      "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Last-Modified, X-Cache",
  };
  return event.response;
}
