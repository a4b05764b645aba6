import { describe, expect, it } from "vitest";
import { Fragment, html, jsx } from "./jsx-runtime.ts";

describe("components as text", () => {
  it("writes attributes under their own names and leaves out what is not there", () => {
    const image = jsx("img", {
      alt: "",
      className: "picture",
      srcSet: "a 1w",
      hidden: false,
      onClick: () => 0,
    });

    expect(html(image)).toBe('<img alt="" class="picture" srcset="a 1w">');
  });

  it("says of a spoken attribute that it is false", () => {
    expect(html(jsx("button", { "aria-pressed": false, disabled: true }))).toBe(
      '<button aria-pressed="false" disabled=""></button>',
    );
  });

  it("escapes what comes from outside, in texts and in attributes, and markup of its own never twice", () => {
    const title = `<script>"&'`;
    const inner = jsx("b", { title, children: title });

    expect(html(jsx("p", { children: [inner, 3, null, false] }))).toBe(
      "<p><b title=\"&lt;script&gt;&quot;&amp;'\">&lt;script&gt;&quot;&amp;'</b>3</p>",
    );
  });

  it("asks components what they are made of", () => {
    const Price = ({ amount }: Readonly<Record<string, unknown>>) => jsx("s", { children: amount });

    expect(html(jsx(Fragment, { children: [jsx(Price, { amount: 5 }), jsx(Price, { amount: 6 })] }))).toBe(
      "<s>5</s><s>6</s>",
    );
  });
});
