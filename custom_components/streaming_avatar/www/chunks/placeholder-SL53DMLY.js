var i=String.raw,t=i`.placeholder .ground{fill:var(--_surface)}.placeholder .shadow{fill:#000;opacity:.1}.placeholder .face{fill:var(--_accent);opacity:.34}.placeholder .neck{fill:var(--_accent);opacity:.42}.placeholder .light{fill:#fff;opacity:.22}.placeholder .neck+.light{opacity:.16}.placeholder .collar{fill:#fff;opacity:.4}.tone-hair,.tone-cloth{stop-color:var(--_accent);stop-opacity:.62}.tone-hair.end{stop-opacity:.82}.tone-cloth{stop-opacity:.4}.tone-cloth.end{stop-opacity:.56}.rings circle{fill:none;stroke:var(--_accent);stroke-width:1.5;opacity:.34;transform-origin:200px 180px}.rings circle+circle{opacity:.22}.rings circle+circle+circle{opacity:.12}.is-connecting .rings circle{animation:breathe 2.4s ease-in-out infinite}.is-connecting .rings circle+circle{animation-delay:.25s}.is-connecting .rings circle+circle+circle{animation-delay:.5s}@keyframes breathe{50%{transform:scale(1.05);opacity:.6}}`;var e="M200 96c42 0 64 31 64 74 0 50-29 90-64 90s-64-40-64-90c0-43 22-74 64-74Z",c="M166 226v46c0 22 15 36 34 36s34-14 34-36v-46Z",l="M40 408c2-66 24-100 74-114 22-6 40-12 54-22 8 20 18 30 32 30s24-10 32-30c14 10 32 16 54 22 50 14 72 48 74 114Z",s="M168 272c8 20 18 30 32 30s24-10 32-30l14 10-46 64-46-64Z",a="M133 196c-15-34-15-75 7-98 15-21 39-30 65-27 35-3 63 21 67 60 2 22-1 44-6 64-4-27-14-49-34-63-28 16-60 18-84 12-9 15-13 33-15 52Z",n=`<svg viewBox="0 0 400 400" preserveAspectRatio="xMidYMax meet">
  <style>${t}</style>
  <defs>
    <linearGradient id="cloth" x1="0.3" y1="0" x2="0.6" y2="1">
      <stop offset="0" class="tone-cloth" /><stop offset="1" class="tone-cloth end" />
    </linearGradient>
    <linearGradient id="hair" x1="0.2" y1="0" x2="0.8" y2="1">
      <stop offset="0" class="tone-hair" /><stop offset="1" class="tone-hair end" />
    </linearGradient>
    <clipPath id="in-neck"><path d="${c}" /></clipPath>
  </defs>
  <g class="rings"><circle cx="200" cy="180" r="132" /><circle cx="200" cy="180" r="170" /><circle cx="200" cy="180" r="212" /></g>
  <path d="${c}" class="ground" /><path d="${c}" class="neck" /><path d="${c}" class="light" />
  <ellipse cx="200" cy="240" rx="52" ry="34" class="shadow" clip-path="url(#in-neck)" />
  <path d="${l}" class="ground" /><path d="${l}" fill="url(#cloth)" />
  <path d="${s}" class="collar" />
  <path d="${e}" class="ground" /><path d="${e}" class="face" /><path d="${e}" class="light" />
  <path d="${a}" class="ground" /><path d="${a}" fill="url(#hair)" />
</svg>`;export{n as PLACEHOLDER};
