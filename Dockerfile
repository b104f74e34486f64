# Builds an image of the service:
#   docker build -t velodrome .
#   docker run --rm -v velodrome:/data velodrome keys add me --role admin   # prints the first key; without one, it does not start
#   docker run -p 127.0.0.1:5080:5080 -v velodrome:/data velodrome
# The image is for x64. On another processor, add --platform linux/amd64 to both commands.
#
# Base images are pinned to a version and the digest of its index. For another version, this command prints the digest:
#   docker buildx imagetools inspect mcr.microsoft.com/dotnet/aspnet:10.0.12 --format '{{.Manifest.Digest}}'
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0.401@sha256:e70cdb7f80b0348f5cb85f19a8f670fca061f033d57eed12fa003d58b0e06317
ARG RUNTIME=mcr.microsoft.com/dotnet/aspnet:10.0.12@sha256:222759b391a1aaf241166672c8f99b2d4ada452e7b5319f3c6e8f265a37b5ad4
FROM $SDK AS build
WORKDIR /source

# Restore in a layer of its own, so that a change of code does not download libtorch again.
COPY global.json .editorconfig Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY build build
COPY src/Training/*.csproj src/Training/*.json src/Training/
COPY src/Data/*.csproj src/Data/*.json src/Data/
COPY src/Api/Api.csproj src/Api/packages*.json src/Api/
RUN dotnet restore src/Api --runtime linux-x64 --locked-mode

COPY src src
RUN dotnet publish src/Api --no-restore --configuration Release --runtime linux-x64 --self-contained false --output /app

FROM $RUNTIME
COPY --from=build /app /app
RUN install --directory --owner=$APP_UID --mode=0700 /data
USER $APP_UID
WORKDIR /data
VOLUME /data
# Without diagnostics the runtime opens no debugger's socket in /tmp, so the root file system can be read-only.
ENV URLS=http://+:5080 DataFolder=/data DOTNET_EnableDiagnostics=0
EXPOSE 5080

# The image contains neither curl nor wget, so bash sends the request itself.
HEALTHCHECK --interval=10s --timeout=10s --start-period=60s --start-interval=1s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/5080 && printf 'GET /health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]

ENTRYPOINT ["dotnet", "/app/Velodrome.Api.dll"]
