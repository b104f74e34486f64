using System.Net.Http.Json;
using System.Text.Json;
using Velodrome.Api.Tests.Startup;

namespace Velodrome.Browser.Tests;

/// <summary>What a page of another site, open in the browser of somebody who uses the service, can do to it: nothing.</summary>
public sealed class OtherSiteTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    /// <summary>Tries a call in every way that a page has. Returns what it could read, or an empty text.</summary>
    private const string Try = """
        async ([address, method]) => {
          const readable = [];
          const end = AbortSignal.timeout(5000);
          const body = method === 'GET' || method === 'HEAD' ? undefined : '{"epochs":1}';
          const bodies = body === undefined ? [undefined] : [body, new Blob(['a,b\n1,2\n2,3\n'], { type: 'text/csv' }), form()];
          function form() {
            const form = new FormData();
            form.set('file', new Blob(['a,b\n1,2\n2,3\n']), 'stolen.csv');
            return form;
          }
          for (const mode of ['cors', 'no-cors']) {
            for (const content of bodies) {
              for (const credentials of ['omit', 'include']) {
                try {
                  const answer = await fetch(address, { method, mode, credentials, body: content, signal: end });
                  if (answer.type !== 'opaque') readable.push(`${mode} ${answer.status}`);
                } catch { /* refused by the browser, as it should be */ }
              }
            }
          }
          for (const enctype of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
            const frame = document.createElement('iframe');
            frame.name = `target${Math.random()}`;
            document.body.append(frame);
            const form = document.createElement('form');
            Object.assign(form, { action: address, method: method === 'GET' ? 'get' : 'post', enctype, target: frame.name });
            const input = document.createElement('input');
            Object.assign(input, { name: '{"epochs":1,"x":"', value: '"}' });
            form.append(input);
            document.body.append(form);
            const loaded = new Promise(resolve => frame.addEventListener('load', resolve));
            form.submit();
            await Promise.race([loaded, new Promise(resolve => setTimeout(resolve, 1000))]);
            try {
              if (frame.contentDocument?.body?.innerText) readable.push(`form: ${frame.contentDocument.body.innerText}`);
            } catch { /* another origin's document */ }
            frame.remove();
          }
          const picture = new Image();
          const drawn = new Promise(resolve => { picture.onload = () => resolve(true); picture.onerror = () => resolve(false); });
          picture.src = address;
          if (method === 'GET' && await Promise.race([drawn, new Promise(resolve => setTimeout(resolve, 1000))])) readable.push('picture');
          return readable.join(', ');
        }
        """;

    /// <summary>localhost is another site than 127.0.0.1; another port of 127.0.0.1 is another origin of the same site.</summary>
    [BrowserTheory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task A_page_of_another_origin_reads_nothing_and_changes_nothing(string host)
    {
        await using var site = await OtherSite.Start();
        var ended = await dashboard.Train(Requests.Students);
        var training = await dashboard.StartRun(Requests.Endless);
        var before = await State();
        await using var window = await dashboard.Open();
        await window.Page.GotoAsync($"http://{host}:{site.Port}/");

        foreach (var run in new[] { ended, training })
        {
            foreach (var operation in await Operation.All(dashboard.Http, run, "iris"))
            {
                var address = new Uri(dashboard.Http.BaseAddress!, operation.Path).ToString();
                var readable = await window.Page.EvaluateAsync<string>(Try, new object[] { address, operation.Method });
                Assert.True(readable.Length == 0, $"{operation}: {readable}");
            }
        }

        Assert.Equal(before, await State());
        await dashboard.Cancel(training);
    }

    [BrowserFact]
    public async Task A_name_that_was_rebound_to_this_machine_gets_no_answer_but_refusals()
    {
        await using var browser = await Chromium.Launch("--host-resolver-rules=MAP evil.example 127.0.0.1");
        var page = await browser.NewPageAsync();
        var id = await dashboard.Train(Requests.Students);
        var before = await State();
        var site = $"http://evil.example:{dashboard.Http.BaseAddress!.Port}";

        var shown = await page.GotoAsync($"{site}/");
        Assert.Equal(403, shown!.Status);
        await Expect(page.Locator("body")).ToContainTextAsync("does not answer under the name \"evil.example\"");
        foreach (var operation in await Operation.All(dashboard.Http, id, "iris"))
        {
            var answer = await page.EvaluateAsync<string>("""
                async ([address, method]) => {
                  const answer = await fetch(address, { method, body: method === 'GET' ? undefined : '{}' });
                  return `${answer.status} ${(await answer.json()).code}`;
                }
                """, new object[] { operation.Path, operation.Method });
            Assert.True(answer == "403 hostNotAllowed", $"{operation}: {answer}");
        }

        Assert.Equal(before, await State());
    }

    [BrowserFact]
    public async Task A_page_of_a_listed_origin_reads_and_changes()
    {
        await using var site = await OtherSite.Start();
        var folder = Directory.CreateTempSubdirectory("velodrome-browser-").FullName;
        using (var service = ServiceProcess.Start("--DataFolder", folder, "--Cors:Origins", $"http://localhost:{site.Port}"))
        {
            await service.Ready();
            await using var window = await dashboard.Open();
            await window.Page.GotoAsync($"http://localhost:{site.Port}/");

            var statuses = await window.Page.EvaluateAsync<int[]>("""
                async service => {
                  const headers = { 'Content-Type': 'text/csv' };
                  const body = 'a,b\n1,2\n2,3\n';
                  const calls = [
                    ['api/v1/datasets', {}], ['api/v1/datasets?name=mine', { method: 'POST', headers, body }],
                    ['api/v1/datasets/mine', { method: 'DELETE' }], ['api/v1/runs/99', {}],
                  ];
                  const statuses = [];
                  for (const [path, options] of calls) statuses.push((await fetch(service + path, options)).status);
                  return statuses;
                }
                """, service.Http.BaseAddress!.ToString());

            Assert.Equal([200, 201, 204, 404], statuses);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The datasets and the runs, without what a training run changes by itself.</summary>
    private async Task<string> State()
    {
        var datasets = await dashboard.Http.GetStringAsync("/api/v1/datasets?pageSize=1000");
        var runs = await dashboard.Http.GetFromJsonAsync<JsonElement>("/api/v1/runs?pageSize=100");
        return datasets + string.Join('\n', runs.GetProperty("items").EnumerateArray().Select(run =>
            $"{run.GetProperty("id")} {run.GetProperty("finishedAt")} {run.GetProperty("weightsSha256")}"));
    }
}
