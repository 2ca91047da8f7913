// Shows a card in the page as Teams would: `show(card, look)`, where `look` is a host config.
"use strict";

AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdownit().render(text);
  result.didProcess = true;
};

function show(payload, look) {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(look);
  card.parse(payload, new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5));
  const frame = document.createElement("div");
  frame.className = "teams-card";
  frame.append(card.render());
  document.body.replaceChildren(frame);
}
