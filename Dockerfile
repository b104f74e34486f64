# Builds an image of the service:
#   docker build -t velodrome . && docker run -p 127.0.0.1:5080:5080 -v velodrome:/data velodrome
# The image is for x64. On another processor, add --platform linux/amd64 to both commands.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# Restore in a layer of its own, so that a change of code does not download libtorch again.
COPY global.json .editorconfig Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY build build
COPY src/Training/Training.csproj src/Training/
COPY src/Data/Data.csproj src/Data/
COPY src/Api/Api.csproj src/Api/
RUN dotnet restore src/Api --runtime linux-x64

COPY src src
RUN dotnet publish src/Api --no-restore --configuration Release --runtime linux-x64 --self-contained false --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /app /app
RUN install --directory --owner=$APP_UID /data
USER $APP_UID
WORKDIR /data
VOLUME /data
ENV URLS=http://+:5080 DataFolder=/data
EXPOSE 5080

# The image contains neither curl nor wget, so bash sends the request itself.
HEALTHCHECK --interval=10s --timeout=10s --start-period=60s --start-interval=1s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/5080 && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]

ENTRYPOINT ["dotnet", "/app/Velodrome.Api.dll"]
