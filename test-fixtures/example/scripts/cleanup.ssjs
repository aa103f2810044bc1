Platform.Load("core", "1.1.5");
var rows = Platform.Function.LookupRows("Log", "Done", "true");
for (var i = 0; i < rows.length; i++) {
  Platform.Function.DeleteData("Log", ["Id"], [rows[i].Id]);
}
