-- nvim --clean --headless -l queries.lua [SERVER]
--
-- A query of a small project, as somebody at the keyboard writes it: in a second Neovim that this one drives.
-- Prints one JSON object, and fails with status 1.

local driver = dofile(vim.fs.dirname(vim.fs.abspath(_G.arg[0])) .. '/lib/driver.lua')
local lua, keys, wait = driver.lua, driver.keys, driver.wait

local function rules()
  return lua([[
    local found = vim.tbl_map(function(item) return item.code end, vim.diagnostic.get(0))
    table.sort(found)
    return table.concat(found, ' ')
  ]])
end

driver.main(function()
  local folder = vim.fn.tempname()
  local unit = folder .. '/retrieve/shop/main'
  local metadata = unit .. '/dataExtension/orders.dataExtension-meta.json'
  local query = unit .. '/query/report.query-meta.sql'
  driver.write(folder .. '/.mcdevrc.json', '{}')
  driver.write(metadata, table.concat({
    '{',
    '  "CustomerKey": "orders",',
    '  "Name": "My Orders",',
    '  "Fields": [',
    '    { "Name": "Id", "FieldType": "Number", "IsPrimaryKey": true, "IsRequired": true },',
    '    { "Name": "First Name", "FieldType": "Text", "MaxLength": 50 }',
    '  ]',
    '}',
  }, '\n'))
  driver.write(query, 'SELECT o.Id, o.Town\nFROM [My Orders] o\n')

  driver.start(query)

  -- The data extension has no such column.
  wait('the diagnostic', function()
    return rules() == 'sql/unknown-column'
  end)

  -- The column that it has is completed, in the brackets that it needs.
  driver.go_to(1, 'Town')
  keys('cwFir')
  driver.complete()
  wait('the completion', function()
    return driver.lines()[1] == 'SELECT o.Id, o.[First Name]'
  end)
  keys('<Esc>')
  wait('no diagnostic', function()
    return rules() == ''
  end)

  -- What it is.
  driver.go_to(1, 'First')
  keys('K')
  wait('the hover', function()
    local shown = lua([[
      for _, window in ipairs(vim.api.nvim_list_wins()) do
        if vim.api.nvim_win_get_config(window).relative ~= '' then
          return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
        end
      end
      return ''
    ]])
    return shown:find('nvarchar(50)', 1, true) and shown:find('My Orders', 1, true)
  end)

  -- From the column to its field in the metadata.
  driver.go_to(1, 'First')
  keys('<C-]>')
  wait('the definition', function()
    local place = lua([[
      return { vim.api.nvim_buf_get_name(0), vim.api.nvim_win_get_cursor(0)[1] }
    ]])
    return vim.uv.fs_realpath(place[1]) == vim.uv.fs_realpath(metadata) and place[2] == 6
  end)

  driver.stop()
  vim.fn.delete(folder, 'rf')
end)
