// Keeps files that are the same for everyone, and one page to show without a connection.
// A member's own pages always come from the network and are never kept. The card a member chose to keep is not
// here either: it is closed, in the vault (ui/vault.js).
const KEPT = {{ kept|safe }};
const CACHE = `openmember-${KEPT.version}`;

self.addEventListener("install", (event) => {
  const fresh = [...KEPT.files, KEPT.offline].map((url) => new Request(url, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const removeOld = caches.keys().then((names) =>
    Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))),
  );
  event.waitUntil(removeOld.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  // The staff's pages, the carrier and other systems have no part in this.
  if (KEPT.apart.some((prefix) => url.pathname.startsWith(prefix))) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(KEPT.offline)));
  } else if (KEPT.files.includes(url.pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});

// News says that there is something and where to read it, and nothing of what it is.
self.addEventListener("push", (event) => {
  let news = {};
  try {
    news = event.data.json();
  } catch {
    // A browser must show something for every message, or it stops the messages.
  }
  const options = { body: news.body || "", tag: news.tag || "news", lang: news.lang || "en", icon: KEPT.icon, data: { url: news.url || "/" } };
  event.waitUntil(self.registration.showNotification(news.title || KEPT.name, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const wanted = new URL(event.notification.data.url, self.location.origin);
  // Only a page of ours, whatever the message said.
  const address = wanted.origin === self.location.origin ? wanted.href : self.location.origin;
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((open) => {
      const page = open.find((one) => new URL(one.url).origin === self.location.origin);
      return page ? page.focus().then((shown) => shown.navigate(address)) : self.clients.openWindow(address);
    }),
  );
});
