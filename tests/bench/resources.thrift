/*
 * The standard resources as near as Thrift can say them: errors cannot extend each other, there are
 * no generic methods, and the types of JSON, time and paths become strings and integers.
 */
namespace py dagstack.resources
namespace go dagstack.resources

/** A resource that a plugin requires and nobody registered. */
struct MissingResource {
  1: string plugin
  2: string resource
  3: list<string> near
}

/** A response as it was received, with its whole body. */
struct HttpResponse {
  1: i32 status_code
  2: map<string, string> headers
  3: string text
}

/** The root of all errors that resources raise. */
exception ResourceError {}
/** A refusal of an argument that breaks a documented precondition. */
exception InvalidArgument { 1: string argument, 2: string reason }
/** A refusal to use a resource after it was closed. */
exception ResourceClosed { 1: string resource }
/** A refusal to make something under a name that is taken. */
exception AlreadyExists { 1: string taken }
/** A failure of what stands behind a resource, such as a disk or a remote service. */
exception BackendFailed { 1: string resource, 2: string operation, 3: string detail }
/** A refusal to start plugins whose required resources are not registered. */
exception MissingResources { 1: list<MissingResource> missing, 2: string detail }
/** A refusal to give a plugin a resource that it did not declare. */
exception UndeclaredResource { 1: string plugin, 2: string resource }
/** A refusal of an object that does not fit the interface of the name it is given. */
exception UnfitResource { 1: string resource, 2: string interface_name, 3: list<string> problems }
/** A failure to find a blob under a key. */
exception BlobNotFound { 1: string key }
/** A refusal of a key that cannot name a blob. */
exception InvalidBlobKey { 1: string key }
/** A refusal of a URL that cannot be requested. */
exception InvalidUrl { 1: string argument, 2: string reason }
/** A refusal of a header that cannot be sent. */
exception InvalidHeader { 1: string header_name }
/** A failure to reach the server, or to stay connected until the response was whole. */
exception HttpConnectionFailed { 1: string method, 2: string url, 3: i32 attempts, 4: string detail }
/** A failure to set up TLS, for instance over a certificate that is not trusted. */
exception HttpTlsFailed { 1: string method, 2: string url, 3: i32 attempts, 4: string detail }
/** A time limit that ran out before the response was whole. */
exception HttpTimeout { 1: string method, 2: string url, 3: i32 attempts, 4: string detail }
/** A refusal to read a body that is larger than the host allows. */
exception HttpBodyTooLarge { 1: string method, 2: string url, 3: i32 attempts, 4: i32 limit }
/** A refusal to follow more redirects than the host allows. */
exception HttpTooManyRedirects { 1: string method, 2: string url, 3: i32 attempts, 4: i32 limit }
/** A response that is not valid HTTP, or whose body cannot be decoded. */
exception HttpResponseMalformed { 1: string method, 2: string url, 3: i32 attempts, 4: string detail }
/** A failure to parse the body of a response as JSON. */
exception InvalidJson { 1: i32 status_code, 2: string excerpt }

/** An injectable source of the time. */
service Clock {
  /** Return the current instant, in UTC. */
  string now() throws (1: ResourceClosed closed)
  /** Return the nanoseconds since an arbitrary origin, for measuring intervals. */
  i64 monotonic_ns() throws (1: ResourceClosed closed)
}

/** A way to wait until time has passed. */
service Sleeper {
  /** Wait until `delay` has passed. */
  void sleep(1: i64 delay) throws (1: InvalidArgument invalid, 2: ResourceClosed closed)
}

/** An injectable source of randomness. */
service Rng {
  /** Return a float from 0.0, included, to 1.0, excluded. */
  double next_float() throws (1: ResourceClosed closed)
  /** Return an integer from `low` to `high`, both included. */
  i64 next_int(1: i64 low, 2: i64 high) throws (1: InvalidArgument invalid, 2: ResourceClosed closed)
  /** Return a random UUID, version 4 of RFC 9562. */
  string uuid4() throws (1: ResourceClosed closed)
  /** Return a random element of `items`. */
  string choice(1: list<string> items) throws (1: InvalidArgument invalid, 2: ResourceClosed closed)
}

/** A source of randomness that has independent children by name. */
service ForkableRng {
  /** Return the child called `name`. */
  i64 fork(1: string name) throws (1: InvalidArgument invalid, 2: ResourceClosed closed)
}

/** An injectable HTTP client that the host has configured. */
service HttpClient {
  /** Send a GET request to `url`. */
  HttpResponse get(1: string url, 2: map<string, string> headers) throws (
    1: HttpConnectionFailed connection, 2: HttpTlsFailed tls, 3: HttpTimeout timeout,
    4: HttpBodyTooLarge large, 5: HttpTooManyRedirects redirects, 6: HttpResponseMalformed malformed,
    7: InvalidUrl bad_url, 8: InvalidHeader bad_header, 9: ResourceClosed closed)
  /** Send a POST request to `url`, with `json` as its body. */
  HttpResponse post(1: string url, 2: map<string, string> json, 3: map<string, string> headers) throws (
    1: HttpConnectionFailed connection, 2: HttpTlsFailed tls, 3: HttpTimeout timeout,
    4: HttpBodyTooLarge large, 5: HttpTooManyRedirects redirects, 6: HttpResponseMalformed malformed,
    7: InvalidUrl bad_url, 8: InvalidHeader bad_header, 9: InvalidArgument invalid, 10: ResourceClosed closed)
  /** Send a PUT request to `url`, with `json` as its body. */
  HttpResponse put(1: string url, 2: map<string, string> json, 3: map<string, string> headers) throws (
    1: HttpConnectionFailed connection, 2: HttpTlsFailed tls, 3: HttpTimeout timeout,
    4: HttpBodyTooLarge large, 5: HttpTooManyRedirects redirects, 6: HttpResponseMalformed malformed,
    7: InvalidUrl bad_url, 8: InvalidHeader bad_header, 9: InvalidArgument invalid, 10: ResourceClosed closed)
  /** Send a DELETE request to `url`. */
  HttpResponse remove(1: string url, 2: map<string, string> headers) throws (
    1: HttpConnectionFailed connection, 2: HttpTlsFailed tls, 3: HttpTimeout timeout,
    4: HttpBodyTooLarge large, 5: HttpTooManyRedirects redirects, 6: HttpResponseMalformed malformed,
    7: InvalidUrl bad_url, 8: InvalidHeader bad_header, 9: ResourceClosed closed)
  /** Parse the body of a response as JSON. */
  string json(1: HttpResponse response) throws (1: InvalidJson invalid)
}

/** An abstract store for blobs, byte strings under a key. */
service BlobStore {
  /** Store `data` under `key`, replacing what was there, atomically. */
  void put(1: string key, 2: binary data, 3: string content_type) throws (
    1: BackendFailed backend, 2: InvalidBlobKey bad_key, 3: InvalidArgument invalid, 4: ResourceClosed closed)
  /** Return the bytes stored under `key`. */
  binary get(1: string key) throws (
    1: BlobNotFound missing, 2: BackendFailed backend, 3: InvalidBlobKey bad_key, 4: ResourceClosed closed)
  /** Remove the blob stored under `key`, if there is one. */
  void remove(1: string key) throws (
    1: BackendFailed backend, 2: InvalidBlobKey bad_key, 3: ResourceClosed closed)
  /** Return every key that starts with `prefix`, ascending by code point. */
  list<string> keys(1: string prefix) throws (1: BackendFailed backend, 2: ResourceClosed closed)
  /** Tell whether a blob is stored under `key`. */
  bool exists(1: string key) throws (
    1: BackendFailed backend, 2: InvalidBlobKey bad_key, 3: ResourceClosed closed)
}

/** A temporary directory with automatic cleanup. */
service TempDir {
  /** Return the folder's absolute path. */
  string path()
  /** Create a new, empty file called `name` followed by `suffix`. */
  string create_file(1: string name, 2: string suffix) throws (
    1: AlreadyExists taken, 2: BackendFailed backend, 3: InvalidArgument invalid, 4: ResourceClosed closed)
  /** Create a new, empty folder called `name`. */
  string create_subdir(1: string name) throws (
    1: AlreadyExists taken, 2: BackendFailed backend, 3: InvalidArgument invalid, 4: ResourceClosed closed)
}
