// Print the slip as soon as it is there.
"use strict";

window.addEventListener("load", () => window.print());
