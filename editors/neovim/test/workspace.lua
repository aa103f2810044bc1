-- nvim --clean --headless -l workspace.lua [SERVER]
--
-- What is done over several files of a project, by keys, as somebody at the keyboard does it: in a second Neovim that this one drives.
-- Prints one JSON object, and fails with status 1.

local driver = dofile(vim.fs.dirname(vim.fs.abspath(_G.arg[0])) .. '/lib/driver.lua')
local lua, keys, wait, expect = driver.lua, driver.keys, driver.wait, driver.expect

local HEADER = '<p>😀 %%=v(@NAME)=%%</p>'
local MAIL = '😀%%[ set @name = "Ada" ]%% %%=ContentBlockByKey("header")=%%'

driver.main(function()
  local folder = vim.fn.tempname()
  local unit = folder .. '/retrieve/shop/main/asset'
  local header = unit .. '/block/header.asset-block-meta.html'
  local mail = unit .. '/message/mail.asset-message-meta.html'
  driver.write(folder .. '/.mcdevrc.json', '{}')
  driver.write(header, HEADER)
  driver.write(unit .. '/block/header.asset-block-meta.json', vim.json.encode({ customerKey = 'header', name = 'The header' }))
  driver.write(mail, MAIL)

  driver.start(mail)

  -- References are listed, over both files.
  driver.go_to(1, '@name')
  keys('grr')
  local found = wait('references', function()
    local list = lua('return vim.tbl_map(function(item) return { vim.api.nvim_buf_get_name(item.bufnr), item.lnum, item.col } end, vim.fn.getqflist())')
    return #list > 0 and list
  end)
  local real = vim.uv.fs_realpath
  expect('references', vim.tbl_map(function(item)
    return { real(item[1]), item[2], item[3] }
  end, found), { { real(header), 1, 14 }, { real(mail), 1, 13 } })
  keys('<C-W>c')
  lua('vim.cmd.cclose()')
  driver.edit(mail)

  -- Colours by meaning: `set` is a word of the language, `@name` a variable that gets a value.
  local colour = wait('semantic tokens', function()
    return lua([[
      local tokens = vim.lsp.semantic_tokens.get_at_pos(0, 0, 12) or {}
      return tokens[1] and { tokens[1].type, vim.tbl_keys(tokens[1].modifiers) } or false
    ]])
  end)
  expect('the colour', colour, { 'variable', { 'modification' } })

  -- From the key of a content to its file.
  driver.go_to(1, 'header')
  keys('<C-]>')
  wait('the definition', function()
    return real(lua('return vim.api.nvim_buf_get_name(0)')) == real(header)
  end)
  driver.edit(mail)

  -- A completion is accepted: a variable that the page sets, in an expression that is not finished.
  keys('o%%=v(@na')
  driver.complete()
  keys(')=%%<Esc>')
  wait('the completion', function()
    return driver.lines()[2] == '%%=v(@name)=%%'
  end)

  -- A rename changes both files.
  driver.go_to(1, '@name')
  lua('vim.lsp.buf.rename(...)', 'who')
  wait('the rename in the page', function()
    return vim.deep_equal(driver.lines(), { (MAIL:gsub('@name', '@who')), '%%=v(@who)=%%' })
  end)
  local other = lua([[
    local buffer = vim.fn.bufadd(...)
    vim.fn.bufload(buffer)
    return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  ]], header)
  expect('the rename in the block', other, { (HEADER:gsub('@NAME', '@who')) })

  driver.stop()
  vim.fn.delete(folder, 'rf')
end)
