// What a member chose to keep on this device, closed with a key that no script can read out.
// The key goes first when it is emptied: without it the rest is noise. docs/app.md says against whom this helps.
"use strict";

const OpenMemberVault = (() => {
  const NAME = "openmember-device";
  const STORE = "kept";
  const CARD = "card";
  const KEY = "key";

  function open() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  // Do something in one transaction and return what it asked for, once it is written.
  async function within(mode, act) {
    const database = await open();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(STORE, mode);
        const asked = act(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(asked && asked.result);
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  }

  // Looking must not make an empty one where nothing was ever kept.
  async function exists() {
    if (!indexedDB.databases) return true;
    return (await indexedDB.databases()).some((one) => one.name === NAME);
  }

  const get = async (name) => (await exists()) && within("readonly", (store) => store.get(name));

  // Keep some text, and beside it what is no secret: its version.
  async function keep(text, version) {
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const closed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(text));
    await within("readwrite", (store) => {
      store.put(key, KEY);
      return store.put({ iv, closed, version }, CARD);
    });
  }

  // Return the text kept, or null when there is none or it cannot be opened.
  async function read() {
    const [key, card] = [await get(KEY), await get(CARD)];
    if (!key || !card) return null;
    try {
      const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: card.iv }, key, card.closed);
      return new TextDecoder().decode(opened);
    } catch {
      return null;
    }
  }

  async function version() {
    const card = await get(CARD);
    return card ? card.version : null;
  }

  async function empty() {
    if (!(await exists())) return;
    await within("readwrite", (store) => store.delete(KEY));
    await within("readwrite", (store) => store.clear());
    await new Promise((resolve) => {
      const asked = indexedDB.deleteDatabase(NAME);
      asked.onsuccess = asked.onerror = asked.onblocked = () => resolve();
    });
  }

  // Without a secure connection a browser offers neither.
  const isPossible = () => Boolean(self.indexedDB && self.crypto && crypto.subtle);

  return { keep, read, version, empty, isPossible };
})();
