// Addresses as the embedded server reads them (api/static.py, api/admin.py): "/" is the browser's language,
// "/en/cart/" is the file en/cart.html, and every address of the staff's application is its one page.
var LOCALES = @@LOCALES@@;

function preferred(accepted) {
  var best = LOCALES[0], bestQuality = 0;
  accepted.split(',').slice(0, 20).forEach(function (part) {
    var halves = part.split(';');
    var primary = halves[0].trim().toLowerCase().split('-')[0];
    var named = (halves[1] || '').trim().match(/^q\s*=\s*([01](?:\.\d*)?)$/);
    var quality = halves.length === 1 ? 1 : named ? Math.min(Number(named[1]), 1) : 0;
    if (LOCALES.indexOf(primary) >= 0 && quality > bestQuality) {
      best = primary;
      bestQuality = quality;
    }
  });
  return best;
}

function query(request) {
  var parts = [];
  Object.keys(request.querystring).forEach(function (name) {
    var value = request.querystring[name];
    (value.multiValue || [value]).forEach(function (each) { parts.push(name + '=' + each.value); });
  });
  return parts.length ? '?' + parts.join('&') : '';
}

function redirect(status, description, location, more) {
  var headers = { location: { value: location } };
  Object.keys(more || {}).forEach(function (name) { headers[name] = { value: more[name] }; });
  return { statusCode: status, statusDescription: description, headers: headers };
}

function handler(event) {
  var request = event.request, path = request.uri, last = path.slice(path.lastIndexOf('/') + 1);
  if (path === '/') {
    var accepted = request.headers['accept-language'];
    return redirect(302, 'Found', '/' + preferred(accepted ? accepted.value : '') + '/', {
      'vary': 'accept-language', 'cache-control': 'public, max-age=0, s-maxage=600'
    });
  }
  if (path === '/admin') { return redirect(308, 'Permanent Redirect', '/admin/'); }
  if (path.indexOf('/admin/') === 0) {
    if (last.indexOf('.') < 0) { request.uri = '/admin/index.html'; }
    return request;
  }
  if (last === '') {
    request.uri = path.slice(0, -1) + '.html';
  } else if (last.indexOf('.') < 0) {
    return redirect(308, 'Permanent Redirect', path + '/' + query(request));
  }
  return request;
}
