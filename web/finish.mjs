// What is done to the built page before it is taken into use, in order.
await import('./guide.mjs');
await import('./picture.mjs');
await import('./one-file.mjs');
await import('./split/parts.mjs');
await import('./minify.mjs');
await import('./policy.mjs');
await import('./offline.mjs');
