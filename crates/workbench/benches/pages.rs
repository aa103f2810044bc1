//! Pages to measure with.

#![allow(dead_code, reason = "each benchmark uses some of them")]

/// A dense page: text, inline expressions in text and attributes, control flow over blocks, blocks of code.
pub(crate) fn dense(kilobytes: usize) -> String {
    let unit = "<tr><td class=\"c %%=IIf(@odd == 1, 'odd', 'even')=%%\">Hello %%=v(@firstName)=%%,</td>\n\
        <td>%%[ if @tier == \"gold\" and not Empty(@offer) then ]%%<b>%%=Concat(@offer, ' for ', ProperCase(@name))=%%</b>\
        %%[ else ]%%<a href=\"%%=RedirectTo(CloudPagesURL(123, 'id', @id))=%%\">see</a>%%[ endif ]%%</td></tr>\n\
        %%[\n  /* row */\n  set @row = Row(@rows, @i)\n  set @price = Field(@row, 'Price')\n  \
        set @total = Add(@total, Multiply(@price, 1.2))\n  for @k = 1 to RowCount(@rows) do\n    set @n = Concat(@n, \"x\")\n  next @k\n]%%\n";
    repeat(unit, kilobytes)
}

/// HTML with hardly any code.
pub(crate) fn html(kilobytes: usize) -> String {
    let unit = "<table width=\"100%\" cellpadding=\"0\"><tr><td style=\"font-family: Arial; color: #333333\">Some text of an e-mail \
        that goes on for a while, with 50% off.</td></tr></table>\n";
    repeat(unit, kilobytes)
}

/// One large block.
pub(crate) fn block(kilobytes: usize) -> String {
    let unit = "  set @price = Lookup('Products', 'Price', 'Sku', @sku)\n  if @price > 10 and @tier == \"gold\" then\n    \
        set @label = Concat('EUR ', Format(@price, 'N2'))\n  endif\n";
    format!("%%[\n{}]%%", repeat(unit, kilobytes))
}

fn repeat(unit: &str, kilobytes: usize) -> String {
    unit.repeat((kilobytes * 1000).div_ceil(unit.len()))
}
